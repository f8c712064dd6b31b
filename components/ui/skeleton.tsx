import { classNames } from './class-names.ts';

export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={classNames('skeleton block h-4', className)} />;
}

const widths = ['w-40', 'w-56', 'w-32', 'w-48', 'w-36', 'w-52', 'w-44', 'w-28'];
const rowKeys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'k'];
const columnKeys = ['a', 'b', 'c', 'd', 'e'];

/** Stands where a list will: the same row height, so nothing shifts when it comes. */
export function ListSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="overflow-hidden rounded-lg border bg-surface">
      <div className="h-9 border-b bg-sunken" />
      {rowKeys.map((row, down) => (
        <div key={row} className="flex h-9 items-center gap-8 border-b px-3 last:border-b-0">
          {columnKeys.map((column, across) => (
            <Skeleton
              key={column}
              className={classNames(
                'h-3',
                widths[(down * 3 + across) % widths.length],
                across > 2 && 'max-md:hidden',
              )}
            />
          ))}
        </div>
      ))}
    </div>
  );
}
