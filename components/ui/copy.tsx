'use client';

import { Check, Copy as CopyIcon } from 'lucide-react';
import { useState } from 'react';
import { classNames } from './class-names.ts';

/** Something short that a click copies whole: an id, a hash. `shorten` shows its two ends only. */
export function CopyText({ text, shorten, label }: { text: string; shorten?: number; label?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  };
  const shown =
    shorten && text.length > shorten * 2 + 1 ? `${text.slice(0, shorten)}…${text.slice(-shorten)}` : text;
  const Icon = copied ? Check : CopyIcon;
  return (
    <button
      type="button"
      onClick={copy}
      title={text}
      aria-label={copied ? 'Copied' : `Copy ${label ?? 'id'} ${text}`}
      className="group inline-flex min-h-6 max-w-full items-center gap-1 rounded font-mono text-xs text-ink-soft hover:text-ink"
    >
      <span className="truncate">{shown}</span>
      <Icon
        aria-hidden="true"
        className={classNames(
          'size-3 shrink-0',
          copied ? 'text-positive' : 'text-ink-faint group-hover:text-ink',
        )}
      />
    </button>
  );
}
