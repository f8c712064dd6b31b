import { ListSkeleton, Skeleton } from '#components/ui/skeleton';

export default function Loading() {
  return (
    <div className="space-y-4">
      <Skeleton className="h-7 w-44" />
      <Skeleton className="h-4 w-96 max-w-full" />
      <ListSkeleton />
    </div>
  );
}
