// The live connection: server-sent events with reconnection, and a watchdog for connections that fall silent.

const silenceLimit = 8000;
const retryLimit = 15000;

/**
 * Calls `onSnapshot(snapshot)` for each snapshot and `onLost(secondsOfSilence)` each second without a connection.
 */
export function subscribe(url, onSnapshot, onLost) {
  let source = null;
  let lastHeard = Date.now();
  let retry = 1000;
  let retryAt = 0;

  function open() {
    source?.close();
    source = new EventSource(url);
    source.addEventListener("snapshot", (event) => {
      lastHeard = Date.now();
      retry = 1000;
      retryAt = 0;
      onSnapshot(JSON.parse(event.data));
    });
    source.addEventListener("error", () => scheduleRetry());
  }

  // The browser retries broken connections itself, but gives up after an HTTP error: then this opens anew.
  function scheduleRetry() {
    if (retryAt === 0) {
      retryAt = Date.now() + retry;
      retry = Math.min(retry * 2, retryLimit);
    }
  }

  setInterval(() => {
    const silence = Date.now() - lastHeard;
    if (silence > silenceLimit) scheduleRetry();
    if (retryAt !== 0) onLost(silence / 1000);
    if (retryAt !== 0 && Date.now() >= retryAt) {
      retryAt = 0;
      open();
    }
  }, 1000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - lastHeard > silenceLimit) open();
  });
  open();
}
