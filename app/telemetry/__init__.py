"""What operators see: metrics and logs. No text of anybody ever comes here."""
