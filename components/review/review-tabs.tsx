import { TabLinks } from '../ui/tab-links.tsx';

const tabs = [
  ['/reviews', 'Campaigns', 'all'],
  ['/reviews/series', 'Coming again', 'runs'],
  ['/reviews/audit', 'Audit', 'runs'],
  ['/reviews/holidays', 'Holidays', 'all'],
] as const;

/** The pages about reviews as a whole; two of them are for who runs and who audits them. */
export function ReviewTabs({ current, runs = true }: { current: (typeof tabs)[number][0]; runs?: boolean }) {
  return (
    <TabLinks
      label="Reviews"
      tabs={tabs
        .filter(([, , who]) => runs || who === 'all')
        .map(([href, label]) => ({ href, label, current: href === current }))}
    />
  );
}
