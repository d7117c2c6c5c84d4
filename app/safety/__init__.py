"""What people in distress are owed: rules and data files, pure."""
