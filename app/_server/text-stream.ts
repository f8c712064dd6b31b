/** Short pieces are sent together. */
const sentChars = 16_384;

/** Text that is made as it is read: a slow reader holds the maker back, one that leaves ends it. */
export function textStream(body: AsyncIterable<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = body[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      let text = '';
      while (text.length < sentChars) {
        const piece = await iterator.next();
        if (piece.done) {
          if (text !== '') controller.enqueue(encoder.encode(text));
          controller.close();
          return;
        }
        text += piece.value;
      }
      controller.enqueue(encoder.encode(text));
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
