import { defineConfig } from 'vite';

/*
 * Everything lands under `web/` of the jar: three pages and hashed assets. The server answers
 * `/sluice/web/*` with `web/*`, so an asset of the pages can never be mistaken for a stream.
 */
export default defineConfig({
  root: 'web',
  base: '/sluice/web/',
  publicDir: false,
  cacheDir: '../node_modules/.vite',
  // Vite 8 reads the JSX settings from tsconfig.json.
  build: {
    outDir: process.env.SLUICE_WEB_OUT ?? '../target/classes/web',
    emptyOutDir: true,
    target: 'es2022',
    // A data: URL would need a wider content security policy.
    assetsInlineLimit: 0,
    // hls.js comes in one piece, and only where it is needed.
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
    // What is bundled and under which licence; it travels with the bundle.
    license: { fileName: 'assets/licenses.md' },
    rolldownOptions: {
      input: {
        index: 'web/index.html', player: 'web/player.html', bandwidth: 'web/bandwidth.html',
      },
    },
  },
  test: {
    root: '.',
    include: ['test/**/*.test.ts'],
    environment: 'node',
    reporters: ['dot'],
  },
} as Parameters<typeof defineConfig>[0]);
