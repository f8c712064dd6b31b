import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Link } from './link.tsx';
import { ListKeys } from './list-keys.tsx';

export interface Column<Row> {
  readonly key: string;
  readonly head: string;
  readonly cell: (row: Row) => ReactNode;
  readonly align?: 'right';
  /** Takes what is left and cuts its text off. One a table. */
  readonly grow?: boolean;
  /** Not shown where the list itself is narrower than this step. */
  readonly from?: 'sm' | 'md' | 'lg' | 'xl';
}

const shownFrom = {
  sm: '@max-[30rem]:hidden',
  md: '@max-[42rem]:hidden',
  lg: '@max-[54rem]:hidden',
  xl: '@max-[66rem]:hidden',
} as const;

/** A list: 36 px rows, sticky header, keyboard movement. The first column's cell is the row's link. */
export function DataTable<Row>({
  label,
  columns,
  rows,
  idOf,
  hrefOf,
  selectedId,
  selectName,
  selectLabel,
  canSelect,
}: {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  idOf: (row: Row) => string;
  hrefOf?: (row: Row) => string;
  selectedId?: string | undefined;
  /** Name of the check boxes; without it rows can't be selected. */
  selectName?: string;
  selectLabel?: (row: Row) => string;
  canSelect?: (row: Row) => boolean;
}) {
  return (
    <ListKeys className="@container rounded-lg border bg-surface">
      <table aria-label={label} className="w-full border-separate border-spacing-0 text-sm">
        <thead>
          <tr>
            {selectName ? (
              <th scope="col" className={classNames(headClasses, 'w-8 pr-0')}>
                <span className="sr-only">Select</span>
              </th>
            ) : null}
            {columns.map((column) => (
              <th key={column.key} scope="col" className={classNames(headClasses, placed(column))}>
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <TableRow
              key={idOf(row)}
              row={row}
              id={idOf(row)}
              columns={columns}
              href={hrefOf?.(row)}
              selected={idOf(row) === selectedId}
              select={
                selectName
                  ? {
                      name: selectName,
                      label: selectLabel?.(row) ?? idOf(row),
                      disabled: canSelect ? !canSelect(row) : false,
                    }
                  : null
              }
            />
          ))}
        </tbody>
      </table>
    </ListKeys>
  );
}

const headClasses =
  'sticky top-(--list-top,0px) z-10 h-9 whitespace-nowrap border-b bg-sunken px-3 text-left text-xs font-medium text-ink-faint first:rounded-tl-lg last:rounded-tr-lg';

function placed<Row>(column: Column<Row>) {
  return classNames(
    column.align === 'right' && 'text-right',
    column.grow && 'w-full min-w-36',
    column.from && shownFrom[column.from],
  );
}

function TableRow<Row>({
  row,
  id,
  columns,
  href,
  selected,
  select,
}: {
  row: Row;
  id: string;
  columns: readonly Column<Row>[];
  href: string | undefined;
  selected: boolean;
  select: { name: string; label: string; disabled: boolean } | null;
}) {
  return (
    <tr
      data-row={id}
      aria-selected={selected || undefined}
      className={classNames(
        'group/row has-[[data-row-link]:focus-visible]:outline-2 has-[[data-row-link]:focus-visible]:-outline-offset-2 has-[[data-row-link]:focus-visible]:outline-accent',
        href && 'cursor-pointer hover:bg-hover',
        selected && 'bg-selected hover:bg-selected',
        'has-[input:checked]:bg-selected',
      )}
    >
      {select ? (
        <td className="h-9 border-b pr-0 pl-3 group-last/row:border-b-0">
          <label className="flex size-6 items-center justify-center">
            <span className="sr-only">Select {select.label}</span>
            <input
              type="checkbox"
              name={select.name}
              value={id}
              disabled={select.disabled}
              className="size-3.5 accent-accent"
            />
          </label>
        </td>
      ) : null}
      {columns.map((column, index) => (
        <td
          key={column.key}
          className={classNames(
            'h-9 max-w-0 border-b px-3 group-last/row:border-b-0',
            column.grow ? 'truncate' : 'max-w-72 truncate whitespace-nowrap max-sm:max-w-36',
            placed(column),
          )}
        >
          {index === 0 && href ? (
            <Link
              href={href}
              scroll={false}
              data-row-link
              className="block truncate font-medium outline-none"
            >
              {column.cell(row)}
            </Link>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  );
}
