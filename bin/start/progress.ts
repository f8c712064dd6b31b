import { styleText } from 'node:util';

/** Tells a person what is going on, one line for each step, with how long it took. */
export interface Progress {
  step<Result>(title: string, work: () => Promise<Result>): Promise<Result>;
  say(text: string): void;
}

/** A step that takes longer than this is announced before it is done. */
const quietMs = 1_500;

export function createProgress(out: NodeJS.WriteStream = process.stdout): Progress {
  const plain = !out.isTTY;
  const paint = (style: 'green' | 'red' | 'dim', text: string) => (plain ? text : styleText(style, text));
  return {
    async step(title, work) {
      const began = Date.now();
      const announce = setTimeout(() => out.write(`  ${paint('dim', '…')} ${title}\n`), quietMs);
      try {
        const result = await work();
        const seconds = ((Date.now() - began) / 1000).toFixed(1);
        out.write(`  ${paint('green', '✓')} ${title} ${paint('dim', `${seconds} s`)}\n`);
        return result;
      } catch (error) {
        out.write(`  ${paint('red', '✗')} ${title}\n`);
        throw error;
      } finally {
        clearTimeout(announce);
      }
    },
    say(text) {
      out.write(`${text}\n`);
    },
  };
}
