/** Lead of a page that edits what a declaration file may name; undefined: none does. */
export function managedText(managedBy: string): string | undefined {
  return managedBy === 'page'
    ? undefined
    : 'A declaration file names it: the next run of countersign apply sets what the file says.';
}
