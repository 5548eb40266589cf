export async function measureEvents() {}
