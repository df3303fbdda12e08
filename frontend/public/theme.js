// Runs before the first paint, so that a chosen theme never flashes. A file of its own because
// the content security policy allows no inline script.
(function () {
  try {
    var mode = localStorage.getItem('apt-theme');
    if (mode === 'light' || mode === 'dark') document.documentElement.dataset.theme = mode;
  } catch {
    // Storage is blocked: the system's theme applies.
  }
})();
