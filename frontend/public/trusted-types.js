// The page's policy lets no text become markup. The one exception: charts empty an element by giving
// it an empty text, which is harmless. Everything else is refused, and reported as a violation.
if (window.trustedTypes) {
  window.trustedTypes.createPolicy('default', {
    createHTML: (text) => (text === '' ? text : null),
  });
}
