export async function measureBytes() {}
