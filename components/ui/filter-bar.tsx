import { Download, Search, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { FilterMenu } from './filter-menu.tsx';
import { Link } from './link.tsx';
import { hrefWith, oneParam, type SearchParams } from './search-params.ts';

export interface Filter {
  readonly name: string;
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** Filters as chips and one search field; their state is the address. */
export function FilterBar({
  path,
  params,
  filters,
  search,
  exportHref,
  exportAlso,
  count,
  children,
}: {
  path: string;
  params: SearchParams;
  filters: readonly Filter[];
  search?: { name: string; placeholder: string };
  exportHref?: string;
  /** The same list in another form, beside CSV. */
  exportAlso?: { readonly label: string; readonly href: string };
  /** "214 sessions" */
  count?: string;
  children?: ReactNode;
}) {
  // A new filter starts a new list: its page and open row no longer mean anything.
  const reset = { cursor: null, page: null, open: null };
  const active = filters.filter((filter) => oneParam(params, filter.name) !== undefined);
  return (
    <div className="flex flex-wrap items-center gap-2">
      {search ? <SearchForm path={path} params={params} search={search} /> : null}
      {filters.map((filter) => (
        <FilterMenu
          key={filter.name}
          label={filter.label}
          value={oneParam(params, filter.name)}
          clearHref={hrefWith(path, params, { ...reset, [filter.name]: null })}
          options={filter.options.map((option) => ({
            ...option,
            href: hrefWith(path, params, { ...reset, [filter.name]: option.value }),
          }))}
        />
      ))}
      {active.length > 1 ? (
        <Button asChild variant="ghost" size="sm">
          <Link
            href={hrefWith(path, params, {
              ...reset,
              ...Object.fromEntries(filters.map((filter) => [filter.name, null])),
            })}
          >
            <X aria-hidden="true" /> Clear filters
          </Link>
        </Button>
      ) : null}
      {children}
      <div className="ml-auto flex items-center gap-3">
        {count ? <span className="text-xs text-ink-faint tabular">{count}</span> : null}
        {exportHref ? <ExportLink href={exportHref} label="CSV" /> : null}
        {exportAlso ? <ExportLink {...exportAlso} /> : null}
      </div>
    </div>
  );
}

function ExportLink({ href, label }: { href: string; label: string }) {
  return (
    <Button asChild size="sm" variant="ghost">
      <a href={href} download>
        <Download aria-hidden="true" /> {label}
      </a>
    </Button>
  );
}

function SearchForm({
  path,
  params,
  search,
}: {
  path: string;
  params: SearchParams;
  search: { name: string; placeholder: string };
}) {
  const kept = Object.keys(params).filter(
    (name) => ![search.name, 'cursor', 'page', 'open'].includes(name) && oneParam(params, name) !== undefined,
  );
  return (
    <form action={path} className="relative max-sm:w-full">
      {kept.map((name) => (
        <input key={name} type="hidden" name={name} value={oneParam(params, name)} />
      ))}
      <Search aria-hidden="true" className="absolute top-1.5 left-2 size-4 text-ink-faint" />
      <input
        type="search"
        name={search.name}
        defaultValue={oneParam(params, search.name) ?? ''}
        placeholder={search.placeholder}
        aria-label={search.placeholder}
        className="h-7 w-56 rounded-md border border-line-strong bg-surface pr-2 pl-7 text-sm placeholder:text-ink-faint max-sm:w-full"
      />
    </form>
  );
}
