/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Verbs load these at run time; bundling them would lose their WASM and native parts.
  serverExternalPackages: [
    'libpg-query',
    '@cedar-policy/cedar-wasm',
    'pg',
    'pg-copy-streams',
    'pdfkit',
    'oidc-provider',
  ],
};

export default config;
