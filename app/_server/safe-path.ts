/**
 * Where to go after sign-in: a path of this site, or `/` for anything else (another origin,
 * another scheme, `//host`, a backslash, a control character).
 */
export function safePath(target: string | null | undefined, baseUrl: string): string {
  if (!target || /[\\\p{Cc}]/u.test(target)) return '/';
  try {
    const base = new URL(baseUrl);
    const url = new URL(target, base);
    if (url.origin !== base.origin || url.pathname.startsWith('//')) return '/';
    if (/^\/(sign-in|api)(\/|$)/.test(url.pathname)) return '/';
    return url.pathname + url.search + url.hash;
  } catch {
    return '/';
  }
}
