import { generateKeyPairSync } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '#lib/core/clock';
import { openDb } from '#lib/db/client';
import { signCampaign } from '#lib/reviews/index';
import { peakMemory } from '../steps.ts';
import { people } from './fill.ts';

// Signs one campaign in a process that has done nothing else: what it holds at most is the pack's own.
// `node bench/reviews/sign.ts URL CAMPAIGN FOLDER` prints one line of JSON.

const [url = '', campaignId = '', directory = ''] = process.argv.slice(2);
const db = openDb(url, 8);
const context = { db, clock: systemClock, actor: people.linus };
await db.campaign.count();
const keeping = { directory, signingKey: generateKeyPairSync('ed25519').privateKey };
const { before, peak } = await peakMemory(() =>
  signCampaign(context, { campaignId, signedInAt: new Date() }, keeping),
);
const { size: bytes } = await stat(join(directory, `${campaignId}.zip`));
await db.$disconnect();
console.log(JSON.stringify({ before, peak, bytes }));
