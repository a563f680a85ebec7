// Say "hamdel:changed" on <body> when the server tells that something changed, and after every reconnection:
// a panel with hx-trigger="hamdel:changed from:body" then fetches itself anew.
const address = document.body.dataset.live;
const PATIENCE = [1, 2, 5, 10, 30];
let failures = 0;
let waiting = false;
let missed = false;

function changed() {
  if (document.hidden) return void (missed = true);
  if (waiting) return;
  waiting = true;
  setTimeout(() => {
    waiting = false;
    document.body.dispatchEvent(new CustomEvent("hamdel:changed"));
  }, 300);
}

function listen() {
  const source = new EventSource(address);
  source.onopen = () => {
    if (failures) changed();
    failures = 0;
  };
  source.onmessage = changed;
  source.addEventListener("changed", changed);
  source.onerror = () => {
    source.close();
    setTimeout(listen, 1000 * PATIENCE[Math.min(failures++, PATIENCE.length - 1)]);
  };
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && missed) {
    missed = false;
    changed();
  }
});
if (address && window.EventSource) listen();
