import {
  BookLock,
  Bot,
  ClipboardCheck,
  Database,
  FileCode2,
  Gauge,
  KeyRound,
  type LucideIcon,
  ScrollText,
  Settings2,
  ShieldQuestion,
  SquareTerminal,
} from 'lucide-react';

const icons: Readonly<Record<string, LucideIcon>> = {
  overview: Gauge,
  approvals: ShieldQuestion,
  sessions: SquareTerminal,
  reviews: ClipboardCheck,
  grants: KeyRound,
  agents: Bot,
  resources: Database,
  policies: FileCode2,
  ledger: BookLock,
  settings: Settings2,
};

export function NounIcon({ noun, className }: { noun: string; className?: string }) {
  const Icon = icons[noun] ?? ScrollText;
  return <Icon aria-hidden="true" className={className} strokeWidth={1.75} />;
}
