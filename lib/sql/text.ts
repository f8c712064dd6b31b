const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The text of a message's bytes (without the closing NUL); null when they are not valid UTF-8 or hold a
 * NUL: then parser and server could read two different texts.
 */
export function decodeText(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}
