import { createHmac } from 'node:crypto';
import { post } from './post.ts';

export interface SignedReceiver {
  readonly url: string;
  readonly secret: string;
  /** It is in the company's own network. */
  readonly privateNetwork: boolean;
}

export interface CloudEvent {
  readonly specversion: '1.0';
  /** Stays the same when the message is sent again. */
  readonly id: string;
  readonly source: '/countersign';
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly dataschema?: string;
  readonly data: unknown;
}

/** Posts a CloudEvent 1.0 (structured), signed; throws a sentence that says why it did not arrive. */
export async function postSigned(to: SignedReceiver, event: CloudEvent, sentAt: Date): Promise<void> {
  const body = JSON.stringify(event);
  await post(to.url, body, signedHeaders(to.secret, event.id, sentAt, body), to.privateNetwork);
}

/** As standardwebhooks.com has it: HMAC-SHA256 over `id.timestamp.body`. */
function signedHeaders(secret: string, id: string, sentAt: Date, body: string): Record<string, string> {
  const timestamp = String(Math.floor(sentAt.getTime() / 1000));
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}
