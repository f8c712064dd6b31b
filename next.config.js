const headers = [
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=()' },
];

/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm run verify` checks types, the gateway's and the tests' too; a start need not wait for it.
  typescript: { ignoreBuildErrors: true },
  // A reading of another system is handed over as a file of at most four million characters.
  experimental: { serverActions: { bodySizeLimit: '5mb' } },
  headers: async () => [{ source: '/:path*', headers }],
  // Verbs load these at run time; bundling them would lose their WASM and native parts.
  serverExternalPackages: [
    '@azure/msal-node',
    '@azure/storage-blob',
    'libpg-query',
    '@cedar-policy/cedar-wasm',
    'pg',
    'pg-copy-streams',
    'pdfkit',
    'oidc-provider',
  ],
};

export default config;
