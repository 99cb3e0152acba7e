/*
 * Starts the system's Chromium (Debian's package has H.264 and AAC) under playwright-core, which is
 * installed here on first use. Nothing but localhost is needed.
 */

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const CANDIDATES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** Without these a browser on a closed network spends its time on refused connections. */
const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-default-apps',
];

/** The browser's path, or null: callers say what is missing. */
export function chromiumPath() {
  return CANDIDATES.find((path) => path && existsSync(path)) ?? null;
}

/**
 * A headless browser with an empty profile; `allowSound` lifts the rule that sound needs a press, and with
 * `ownSignals` the caller closes the browser itself on SIGTERM and SIGINT.
 */
export async function launch({ allowSound = false, ownSignals = false } = {}) {
  const executablePath = chromiumPath();
  if (executablePath === null) throw new Error('no Chromium found: apt-get install chromium, or set CHROMIUM');
  const { chromium } = await playwright();
  const sound = allowSound ? 'no-user-gesture-required' : 'document-user-activation-required';
  return chromium.launch({
    executablePath,
    args: [...QUIET, `--autoplay-policy=${sound}`],
    headless: true,
    chromiumSandbox: process.getuid?.() !== 0,
    handleSIGTERM: !ownSignals,
    handleSIGINT: !ownSignals,
  });
}

async function playwright() {
  const require = createRequire(import.meta.url);
  try {
    require.resolve('playwright-core');
  } catch {
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: HERE,
      stdio: ['ignore', 2, 2], // standard output belongs to the result
    });
  }
  return require('playwright-core');
}
