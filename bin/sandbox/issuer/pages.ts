import { sandboxPeople } from '#bin/sandbox/people';

/** Where the page's typeface is served: the same as the product's, from its package. */
export const typefacePath = '/geist.woff2';

/** The sign-in page: six people, one click each. No script, nothing loaded from elsewhere. */
export function signInPage(uid: string): string {
  const people = sandboxPeople
    .map(
      (person) => `
      <form method="post" action="/sign-in/${escapeHtml(uid)}">
        <button name="email" value="${escapeHtml(person.email)}">
          <strong>${escapeHtml(person.name)}</strong> <span>${escapeHtml(person.email)}</span>
          <small>${escapeHtml(person.may)}</small>
        </button>
      </form>`,
    )
    .join('');
  return page(
    'Sign in to the sandbox',
    `<p>These people exist only here. Nobody is asked for a password, so this page must never
     stand between anybody and real data: with <code>DATABASE_URL</code> set it does not exist.</p>${people}`,
  );
}

export function messagePage(title: string, text: string): string {
  return page(title, `<p>${escapeHtml(text)}</p>`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Countersign sandbox</title>
<style>${style}</style>
</head>
<body>
<p class="banner" role="note">Sandbox issuer: anybody may sign in as anybody</p>
<main><h1>${escapeHtml(title)}</h1>${body}</main>
</body>
</html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}

const style = `
  @font-face { font-family: Geist; src: url(${typefacePath}) format('woff2'); font-weight: 100 900; }
  :root { color-scheme: light dark; font: 15px/1.5 Geist, system-ui, sans-serif; }
  body { margin: 0; background: light-dark(#fafafa, #0b0b0c); color: light-dark(#18181b, #f4f4f5); }
  .banner { margin: 0; padding: 8px 16px; text-align: center; font-weight: 600; background: #b45309; color: #fff; }
  main { max-width: 440px; margin: 48px auto; padding: 0 16px; }
  h1 { font-size: 22px; line-height: 1.25; letter-spacing: -0.01em; }
  form { margin: 0 0 8px; }
  button { width: 100%; padding: 12px 16px; text-align: left; font: inherit; color: inherit; cursor: pointer;
    border: 1px solid light-dark(#d4d4d8, #3f3f46); border-radius: 8px; background: light-dark(#fff, #18181b); }
  button:hover { border-color: light-dark(#71717a, #a1a1aa); }
  button:focus-visible { outline: 2px solid #2563eb; outline-offset: 2px; }
  span { color: light-dark(#52525b, #a1a1aa); }
  small { display: block; color: light-dark(#52525b, #a1a1aa); }
  code { font-size: 13px; }`;
