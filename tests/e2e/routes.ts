import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';

// The product's addresses as its own files say them: a page that is added is tested, or a test fails.

const app = join(import.meta.dirname, '../../app');

/** What stands for a part in brackets; nothing has this id. */
const someId = 'x_00000000000000000000000000';

interface Address {
  readonly path: string;
  /** Any address of this page, whatever the ids in it. */
  readonly pattern: RegExp;
}

function addresses(file: 'page.tsx' | 'route.ts'): readonly Address[] {
  return globSync(`**/${file}`, { cwd: app })
    .map((found) =>
      dirname(found)
        .split('/')
        .filter((part) => part !== '.' && !part.startsWith('(')),
    )
    .map((parts) => ({
      path: `/${parts.map((part) => (part.startsWith('[') ? someId : part)).join('/')}`,
      pattern: new RegExp(`^/${parts.map((part) => (part.startsWith('[') ? '[^/]+' : part)).join('/')}$`),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

const openPages = /^\/sign-in/;
/** Sign-in itself, and whether the process is up. */
const openRoutes = /^\/api\/(auth|health)/;

export const allPages = addresses('page.tsx');
export const protectedPages = allPages.filter(({ path }) => !openPages.test(path)).map(({ path }) => path);
export const protectedRoutes = addresses('route.ts')
  .filter(({ path }) => !openRoutes.test(path))
  .map(({ path }) => path);
