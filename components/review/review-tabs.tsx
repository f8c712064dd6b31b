import { TabLinks } from '../ui/tab-links.tsx';

const tabs = [
  ['/reviews', 'Campaigns'],
  ['/reviews/series', 'Coming again'],
  ['/reviews/audit', 'Audit'],
] as const;

/** The pages about reviews as a whole: for who runs and who audits them. */
export function ReviewTabs({ current }: { current: (typeof tabs)[number][0] }) {
  return (
    <TabLinks
      label="Reviews"
      tabs={tabs.map(([href, label]) => ({ href, label, current: href === current }))}
    />
  );
}
