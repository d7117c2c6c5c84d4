"""What a reply is and how one is made: conversation → prompt → draft → finished reply.

Pure but for its one port, `app.reply.drafting.Writers`: nothing here knows HTTP, metrics or logs.
"""
