import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { LaunchOptions } from '@playwright/test';

const systemBrowsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const cache = join(import.meta.dirname, '../../node_modules/.cache/countersign-chromium');

/**
 * A Chromium to test with: COUNTERSIGN_CHROMIUM, one that the system has, else the one inside the
 * npm package, unpacked once with the libraries and fonts that it carries for bare machines. Its own
 * start-up flags are not used: they switch web security off.
 */
export async function chromiumLaunch(): Promise<LaunchOptions> {
  const args = ['--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  const named = process.env.COUNTERSIGN_CHROMIUM;
  const found = named ?? systemBrowsers.find((path) => existsSync(path));
  if (found !== undefined) return { executablePath: found, args };
  if (process.platform !== 'linux' || process.arch !== 'x64') return { channel: 'chrome', args };
  const folder = await unpacked();
  return {
    executablePath: join(folder, 'chromium'),
    // Its own sandbox needs a helper that the package does not carry.
    args: ['--no-sandbox', ...args],
    env: {
      ...(process.env as Record<string, string>),
      LD_LIBRARY_PATH: join(folder, 'al2023/lib'),
      FONTCONFIG_PATH: join(folder, 'fonts'),
    },
  };
}

async function unpacked(): Promise<string> {
  if (existsSync(join(cache, 'chromium'))) return cache;
  const fresh = `${cache}.new-${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  const { inflate } = await import('@sparticuz/chromium');
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const packed = join(dirname(dirname(entry)), 'bin');
  // The package unpacks into the temporary folder, where anybody may have put something before us.
  const temporary = process.env.TMPDIR;
  process.env.TMPDIR = fresh;
  try {
    for (const part of ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br']) {
      await inflate(join(packed, part));
    }
  } finally {
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
  }
  await rename(fresh, cache).catch(() => rm(fresh, { recursive: true, force: true }));
  return cache;
}
