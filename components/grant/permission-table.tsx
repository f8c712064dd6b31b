import { Check, CircleDashed, CircleHelp, Clock } from 'lucide-react';
import type { ReactNode } from 'react';
import type { PermissionRow, PermissionState } from '#lib/usage/model';
import { Badge, type Tone } from '../ui/badge.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { TextLink } from '../ui/link.tsx';
import { formatCount } from '../ui/number.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';

const looks: Readonly<Record<PermissionState, readonly [tone: Tone, icon: ReactNode, word: string]>> = {
  used: ['positive', <Check key="i" />, 'used'],
  unused: ['pending', <CircleDashed key="i" />, 'unused'],
  since_grant: ['neutral', <Clock key="i" />, 'too new to say'],
  not_in_catalog: ['neutral', <CircleHelp key="i" />, 'not in the catalog'],
};

/** Every permission inside a grant: used and unused told apart, each use with the moment it was seen last. */
export function PermissionTable({ rows }: { rows: readonly PermissionRow[] }) {
  return (
    <table aria-label="Permissions" className="w-full text-sm">
      <thead>
        <tr className="text-left text-xs text-ink-faint">
          <th className="w-full pb-1 font-medium">Permission</th>
          <th className="pb-1 font-medium">Seen</th>
          <th className="pb-1 text-right font-medium">Uses</th>
          <th className="pb-1 text-right font-medium">Last</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const [tone, icon, word] = looks[row.state];
          return (
            <tr key={`${row.action} ${row.object}`} className="border-t">
              <td className="max-w-0 truncate border-t py-1.5 pr-2">
                {row.action}{' '}
                <code className="font-mono text-xs">
                  <InertText text={row.object} />
                </code>
              </td>
              <td className="border-t py-1.5 pr-2">
                <Badge tone={tone} icon={icon}>
                  {word}
                </Badge>
              </td>
              <td className="border-t py-1.5 text-right text-ink-soft">
                {formatCount(row.used)}
                {row.denied > 0 ? (
                  <span className="text-negative"> · {formatCount(row.denied)} denied</span>
                ) : null}
              </td>
              <td className="border-t py-1.5 pl-2 text-right">
                {row.lastAt && row.lastSessionId ? (
                  <TextLink href={`/sessions/${row.lastSessionId}?at=${row.lastSeq ?? 1}`}>
                    <RelativeTime at={row.lastAt} className="" />
                  </TextLink>
                ) : (
                  <span className="text-ink-faint">–</span>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
