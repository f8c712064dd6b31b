'use client';

import { useState } from 'react';
import type { Channel } from '#lib/outbox/model';
import { CheckField, SelectField, TextArea, TextField } from '../ui/field.tsx';
import { eventGroups } from './event-texts.ts';

/** Of a new subscription: who hears, by which channel, of what. */
export function NewSubscriptionFields() {
  const [channel, setChannel] = useState<Channel>('webhook');
  return (
    <>
      <TextField label="Name" name="name" required maxLength={100} />
      <SelectField
        label="Channel"
        name="channel"
        value={channel}
        onChange={(event) => setChannel(event.target.value as Channel)}
      >
        <option value="webhook">Webhook</option>
        <option value="teams">Teams channel</option>
        <option value="email">E-mail</option>
      </SelectField>
      <PlaceFields channel={channel} required />
      <EventFields events={[]} />
    </>
  );
}

/** Where messages go: goes in, and never comes out again. */
export function PlaceFields({ channel, required }: { channel: Channel; required: boolean }) {
  if (channel === 'email') {
    return (
      <>
        <TextField
          label="Mail server"
          name="server"
          required={required}
          autoComplete="off"
          placeholder="smtps://user:password@mail.example.com:465"
          hint="Sealed; never shown again. A password is sent over TLS only."
        />
        <TextField label="From" name="from" type="email" required={required} />
        <TextArea label="To" name="to" rows={2} required={required} hint="Addresses, one a line." />
      </>
    );
  }
  return (
    <>
      <TextField
        label={channel === 'teams' ? 'Incoming webhook of the channel' : 'Address'}
        name="url"
        type="url"
        required={required}
        autoComplete="off"
        hint={
          channel === 'teams'
            ? 'Who knows it may post there: sealed; never shown again.'
            : 'Sealed; people see its host only.'
        }
      />
      {channel === 'webhook' ? (
        <TextField
          label="Secret"
          name="secret"
          type="password"
          minLength={24}
          required={required}
          autoComplete="off"
          hint="Signs every message; at least 24 characters. Sealed; never shown again."
        />
      ) : null}
    </>
  );
}

export function EventFields({ events, inside = false }: { events: readonly string[]; inside?: boolean }) {
  return (
    <>
      {eventGroups.map((group) => (
        <fieldset key={group.title}>
          <legend className="mb-1 text-sm font-medium">{group.title}</legend>
          {group.events.map(([event, text]) => (
            <CheckField
              key={event}
              name="events"
              value={event}
              label={text}
              defaultChecked={events.includes(event)}
            />
          ))}
        </fieldset>
      ))}
      <CheckField
        name="privateNetwork"
        label="The receiver is in our own network"
        hint="Private and loopback addresses, and http, are allowed then. Cloud metadata never is."
        defaultChecked={inside}
      />
    </>
  );
}
