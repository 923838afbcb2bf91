// Runs before the first paint, so that a chosen theme never flashes in the other one. The page's module takes over.
try {
  const { theme, locale } = JSON.parse(localStorage.getItem('hilo.preferences') || '{}');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  if (locale === 'en' || locale === 'es') document.documentElement.lang = locale;
} catch {
  // Without storage the page follows the system.
}
