/** A key, drawn as one. Inside a button it is decoration: the button's own name says what it does. */
export function Kbd({ children, hidden = false }: { children: string; hidden?: boolean }) {
  return (
    <kbd
      aria-hidden={hidden || undefined}
      className="inline-flex h-[18px] min-w-[18px] items-center justify-center rounded border border-current/25 px-1 font-mono text-2xs leading-none pointer-coarse:hidden"
    >
      {children}
    </kbd>
  );
}
