import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyRoot, Frontier, leafHash, type Node, nodeHash, splitOf } from '#lib/ledger/merkle';
import {
  consistencyRanges,
  consistencyStands,
  inclusionRanges,
  inclusionStands,
  rangeHashes,
} from '#lib/ledger/proofs';

/** RFC 6962 section 2.1, word for word. */
function naiveRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return emptyRoot;
  if (leaves.length === 1) return leaves[0] as Buffer;
  const split = splitOf(leaves.length);
  return nodeHash(naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)));
}

function leavesOf(count: number): Buffer[] {
  return Array.from({ length: count }, (_, at) => leafHash(Buffer.from(`leaf ${at}`)));
}

/** What the database would hold after `leaves` were appended one by one. */
function stored(leaves: readonly Buffer[]) {
  const nodes = new Map<string, Buffer>();
  const frontier = new Frontier();
  const keep = (node: Node) => nodes.set(`${node.level}/${node.index}`, node.hash);
  for (const [index, hash] of leaves.entries()) {
    keep({ level: 0, index, hash });
    for (const node of frontier.append(hash)) keep(node);
  }
  return {
    frontier,
    hashOf: (node: { level: number; index: number }) => nodes.get(`${node.level}/${node.index}`) as Buffer,
  };
}

test('the tree of RFC 6962 test vectors', () => {
  const inputs = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ];
  const frontier = new Frontier();
  const roots = inputs.map((hex) => {
    frontier.append(leafHash(Buffer.from(hex, 'hex')));
    return frontier.root().toString('hex');
  });
  expect(roots[0]).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
  expect(roots[1]).toBe('fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125');
  expect(roots[7]).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
});

test('a frontier has the naive root at every size', () => {
  const leaves = leavesOf(140);
  const frontier = new Frontier();
  for (let size = 0; size <= leaves.length; size += 1) {
    expect(frontier.root()).toEqual(naiveRoot(leaves.slice(0, size)));
    frontier.append(leaves[size] ?? leafHash(Buffer.from('last')));
  }
});

test('every inclusion proof of every small tree stands, and for no other place or leaf', () => {
  const leaves = leavesOf(40);
  const { hashOf } = stored(leaves);
  for (let size = 1; size <= leaves.length; size += 1) {
    const root = naiveRoot(leaves.slice(0, size));
    for (let position = 0; position < size; position += 1) {
      const proof = rangeHashes(inclusionRanges(position, size), hashOf);
      const leaf = leaves[position] as Buffer;
      expect(inclusionStands(leaf, position, size, proof, root)).toBe(true);
      expect(inclusionStands(leafHash(Buffer.from('other')), position, size, proof, root)).toBe(false);
      expect(inclusionStands(leaf, position + 1, size, proof, root)).toBe(false);
      expect(inclusionStands(leaf, position, size, [...proof, root], root)).toBe(false);
      if (proof.length > 0) expect(inclusionStands(leaf, position, size, proof.slice(1), root)).toBe(false);
    }
  }
});

test('every consistency proof between small trees stands, and none for a changed past', () => {
  const leaves = leavesOf(34);
  const { hashOf } = stored(leaves);
  for (let size = 1; size <= leaves.length; size += 1) {
    const root = naiveRoot(leaves.slice(0, size));
    for (let earlier = 1; earlier <= size; earlier += 1) {
      const before = leaves.slice(0, earlier);
      const proof = rangeHashes(consistencyRanges(earlier, size), hashOf);
      expect(consistencyStands(earlier, size, naiveRoot(before), root, proof)).toBe(true);
      const changed = [...before.slice(0, -1), leafHash(Buffer.from('edited'))];
      expect(consistencyStands(earlier, size, naiveRoot(changed), root, proof)).toBe(false);
    }
  }
});

test('large trees: proofs stand, and no single flipped bit of one does', () => {
  const leaves = leavesOf(3_000);
  const { hashOf } = stored(leaves);
  fc.assert(
    fc.property(fc.integer({ min: 2, max: leaves.length }), fc.nat(), fc.nat(), (size, place, flip) => {
      const position = place % size;
      const root = naiveRoot(leaves.slice(0, size));
      const proof = rangeHashes(inclusionRanges(position, size), hashOf);
      expect(inclusionStands(leaves[position] as Buffer, position, size, proof, root)).toBe(true);
      const bad = proof.map((hash) => Buffer.from(hash));
      const hash = bad[flip % bad.length] as Buffer;
      hash[flip % 32] = (hash[flip % 32] ?? 0) ^ (1 << (flip % 8));
      expect(inclusionStands(leaves[position] as Buffer, position, size, bad, root)).toBe(false);
    }),
    { numRuns: 60 },
  );
});

test('impossible places are refused', () => {
  expect(() => inclusionRanges(5, 5)).toThrow(/no entry 5/);
  expect(() => inclusionRanges(-1, 5)).toThrow();
  expect(() => inclusionRanges(0.5, 5)).toThrow();
  expect(() => consistencyRanges(6, 5)).toThrow(/no earlier one/);
  expect(() => new Frontier(3, [])).toThrow(/other subtrees/);
});
