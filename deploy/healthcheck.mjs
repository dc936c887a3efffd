// Asks the process of this container whether it can work; what it is called by: the image's HEALTHCHECK and compose.
const port = process.env.HEALTH_PORT || process.env.PORT || '3000';
try {
  const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(4_000) });
  if (!answer.ok) console.error(await answer.text());
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
