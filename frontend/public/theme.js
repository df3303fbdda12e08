// Runs before the first paint, so that what was chosen never flashes. A file of its own because
// the content security policy allows no inline script.
(function () {
  var root = document.documentElement.dataset;
  if (/[?&]kiosk=1(&|$)/.test(location.search)) root.kiosk = '';
  try {
    var mode = localStorage.getItem('apt-theme');
    if (mode === 'light' || mode === 'dark') root.theme = mode;
    var kept = JSON.parse(localStorage.getItem('apt-appearance') || '{}');
    if (kept.density === 'comfortable') root.density = 'comfortable';
    if (kept.narrow === true) root.sidebar = 'narrow';
  } catch {
    // Storage is blocked, or what it holds is not ours: the defaults apply.
  }
})();
