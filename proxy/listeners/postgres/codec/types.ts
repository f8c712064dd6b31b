// Message types by their byte. The same letter means different things in each direction.

const code = (letter: string): number => letter.charCodeAt(0);

/** From the client. */
export const fromClient = {
  bind: code('B'),
  close: code('C'),
  copyData: code('d'),
  copyDone: code('c'),
  copyFail: code('f'),
  describe: code('D'),
  execute: code('E'),
  flush: code('H'),
  functionCall: code('F'),
  parse: code('P'),
  password: code('p'),
  query: code('Q'),
  sync: code('S'),
  terminate: code('X'),
} as const;

/** From the server. */
export const fromServer = {
  authentication: code('R'),
  backendKeyData: code('K'),
  bindComplete: code('2'),
  closeComplete: code('3'),
  commandComplete: code('C'),
  copyBoth: code('W'),
  copyData: code('d'),
  copyDone: code('c'),
  copyIn: code('G'),
  copyOut: code('H'),
  dataRow: code('D'),
  emptyQuery: code('I'),
  error: code('E'),
  functionResult: code('V'),
  negotiateVersion: code('v'),
  noData: code('n'),
  notice: code('N'),
  notification: code('A'),
  parameterDescription: code('t'),
  parameterStatus: code('S'),
  parseComplete: code('1'),
  portalSuspended: code('s'),
  readyForQuery: code('Z'),
  rowDescription: code('T'),
} as const;
