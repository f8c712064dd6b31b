import { ocsfVersion } from '#lib/ocsf/model';
import type { Composed } from './compose.ts';
import { mail } from './mail.ts';
import type { Settings } from './model.ts';
import { oneLine, post } from './post.ts';
import { type CloudEvent, postSigned } from './post-signed.ts';

export interface Outgoing {
  readonly id: string;
  readonly event: string;
  readonly composed: Composed;
  /** Where people reach the pages, without a slash at the end. */
  readonly baseUrl: string;
  readonly sentAt: Date;
}

/** Sends one message to its channel; throws a sentence that says why it did not arrive. */
export async function send(settings: Settings, message: Outgoing, privateNetwork: boolean): Promise<void> {
  const link = `${message.baseUrl}${message.composed.path}`;
  const { line } = message.composed;
  switch (settings.channel) {
    case 'webhook': {
      const { url, secret } = settings;
      await postSigned({ url, secret, privateNetwork }, cloudEvent(message), message.sentAt);
      return;
    }
    case 'teams':
      await post(
        settings.url,
        JSON.stringify(card(line, link)),
        { 'content-type': 'application/json' },
        privateNetwork,
      );
      return;
    case 'email':
      await mail(settings, { id: message.id, line, link }, privateNetwork);
  }
}

function cloudEvent({ id, event, composed }: Outgoing): CloudEvent {
  return {
    specversion: '1.0',
    id,
    source: '/countersign',
    type: `countersign.${event}`,
    subject: composed.subject,
    time: composed.at.toISOString(),
    datacontenttype: 'application/json',
    dataschema: `https://schema.ocsf.io/${ocsfVersion}/classes/${composed.event.class_name.toLowerCase().replaceAll(' ', '_')}`,
    data: composed.event,
  };
}

/** The line and a link, nothing to decide with. A TextRun is plain: no mark-up of an agent's text is run. */
function card(line: string, link: string) {
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: oneLine(line).slice(0, 500) }] },
          ],
          actions: [{ type: 'Action.OpenUrl', title: 'Open in Countersign', url: link }],
        },
      },
    ],
  };
}
