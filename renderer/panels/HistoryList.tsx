export function HistoryList() {
  return null;
}
