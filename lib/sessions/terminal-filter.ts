/** Longest control sequence that is let through, and longest string that may hide what follows it. */
const sequenceCharsMax = 64;
const hiddenCharsMax = 65_536;
/** After ESC [: cursor, erase, scroll, insert, colours, tabs, modes. What only draws. */
const drawing = /^(?:\??[0-9;:]*[@A-MPSTXZ`abd-hlmrsu]|!p|[0-9]* q)$/;
const numberMax = 9999;
const repeatMax = 500;

type State = 'ground' | 'escape' | 'charset' | 'control' | 'string';

/**
 * Lets through what draws on a terminal and takes out what acts beyond it: titles, clipboard,
 * links, notifications, device strings, sizes, questions to the terminal. A stateful copy of what a
 * terminal does: pieces may be cut anywhere. Never hides more than 64 KiB behind an open string.
 */
export class TerminalFilter {
  /** What was taken out, by its name, and how often. */
  readonly removed = new Map<string, number>();
  #state: State = 'ground';
  #sequence = '';
  #string = { name: '', content: '', chars: 0 };

  /** The piece without them; a mark stands where one was that a person should know of. */
  push(piece: string): string {
    let shown = '';
    for (const char of piece) shown += this.#take(char);
    return shown;
  }

  /** What is still open at the end. */
  finish(): string {
    return this.#state === 'string' ? this.#endString(true) : '';
  }

  #take(char: string): string {
    if (this.#state === 'string') return this.#inString(char);
    if (char === '\x1b') return this.#begin('escape', char);
    if (char === '\x18' || char === '\x1a') return this.#begin('ground', '');
    const eightBit = eightBits.get(char);
    if (eightBit !== undefined) {
      this.#begin('escape', '\x1b');
      return this.#take(eightBit);
    }
    switch (this.#state) {
      case 'ground':
        return char;
      case 'escape':
        return this.#afterEscape(char);
      case 'charset':
        return this.#pass(char);
      case 'control':
        return this.#inControl(char);
    }
  }

  #begin(state: State, sequence: string): '' {
    this.#state = state;
    this.#sequence = sequence;
    return '';
  }

  #pass(char: string): string {
    const whole = this.#sequence + char;
    this.#begin('ground', '');
    return whole;
  }

  #afterEscape(char: string): string {
    if (char === '[') return this.#begin('control', '\x1b[');
    const name = strings.get(char);
    if (name !== undefined) {
      this.#string = { name, content: '', chars: 0 };
      return this.#begin('string', '');
    }
    if ('()#'.includes(char)) return this.#begin('charset', this.#sequence + char);
    if ('78DEHMc=>'.includes(char)) return this.#pass(char);
    this.#begin('ground', '');
    return char === '\\' ? '' : this.#remove('ESC', char < ' ' ? char : '');
  }

  #inControl(char: string): string {
    // A terminal does what a control character says in the middle of a sequence.
    if (char < ' ') return char;
    this.#sequence += char;
    if (char < '@' && this.#sequence.length <= sequenceCharsMax) return '';
    const sequence = this.#sequence;
    this.#begin('ground', '');
    if (drawing.test(sequence.slice(2)) && areSmall(sequence)) return sequence;
    const last = sequence.at(-1) ?? '';
    return this.#remove(last === 't' ? 'window' : 'nc'.includes(last) ? 'question' : 'CSI', '');
  }

  #inString(char: string): string {
    const string = this.#string;
    if (char === '\x07' || char === '\u009c') return this.#endString(false);
    if (char === '\x18' || char === '\x1a') return this.#endString(false);
    if (char === '\x1b') {
      const mark = this.#endString(false);
      this.#begin('escape', char);
      return mark;
    }
    string.chars += 1;
    if (string.content.length < sequenceCharsMax) string.content += char;
    return string.chars > hiddenCharsMax ? this.#endString(true) : '';
  }

  #endString(isOpen: boolean): string {
    const { name, content } = this.#string;
    this.#begin('ground', '');
    if (name === 'title') return this.#remove('title', '');
    if (name !== 'OSC') return this.#remove(name, `‹${name}${isOpen ? ' …' : ''}›`);
    const number = /^\d{1,5}/.exec(content)?.[0] ?? '?';
    if (titles.has(number)) return this.#remove('title', '');
    // The second half of a link says no more than that it ends.
    const isLinkEnd = number === '8' && /^8;[^;]*;$/.test(content);
    return this.#remove(`OSC ${number}`, isLinkEnd ? '' : `‹OSC ${number}${isOpen ? ' …' : ''}›`);
  }

  #remove(name: string, mark: string): string {
    this.removed.set(name, (this.removed.get(name) ?? 0) + 1);
    return mark;
  }
}

const strings = new Map([
  [']', 'OSC'],
  ['P', 'DCS'],
  ['X', 'SOS'],
  ['^', 'PM'],
  ['_', 'APC'],
  ['k', 'title'],
]);

/** Titles, the folder, colours that a prompt asks for: every shell sends them at each prompt. */
const titles = new Set(['0', '1', '2', '7', '133', '633']);

/** C1 controls mean what ESC and this letter mean. */
const eightBits = new Map(
  [...'DEHMPX[\\]^_'].map((letter) => [String.fromCharCode(letter.charCodeAt(0) + 0x40), letter]),
);

function areSmall(sequence: string): boolean {
  const numbers = sequence.match(/\d+/g) ?? [];
  const most = sequence.endsWith('b') ? repeatMax : numberMax;
  return numbers.every((number) => Number(number) <= most);
}
