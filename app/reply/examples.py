"""Example pairs of post and reply, shown to small models; written for this project.

A model of 135 million parameters copies more than it understands: whoever is named here (a husband,
parents) turns up in replies to people who have none. So these name nobody.
"""

EXAMPLES: tuple[tuple[str, str], ...] = (
    (
        "I moved to a new city three months ago and I still eat lunch alone every day. Everyone at the office already "
        "has their group. I call the people I used to know but they are busy. I feel invisible.",
        "I'm so sorry that you feel so alone right now. Three months of quiet lunches would wear anyone down, and it "
        "makes sense that you feel invisible. You left behind the people who knew you, and you walked into a place "
        "where the groups were already made. That does not mean that something is wrong with you. It means that you "
        "miss being known, and that is a very human thing to miss. Starting over took courage, even if it does not "
        "feel like courage today. You don't need the whole group at once. Maybe there is one person who seems easy to "
        "talk to, somebody you could ask for a coffee this week. Please be gentle with yourself until then.",
    ),
    (
        "My dog died on Sunday. She was fourteen. People tell me I should be over it by now and that she was only a "
        "dog. I cried in the car before work again today.",
        "I'm so sorry that you lost your dog. She was beside you for fourteen years, and a few days is no time at "
        "all, so of course you cried in the car. It must hurt even more to hear that she was only a dog. Nobody else "
        "gets to decide how big your grief may be, and you do not have to be over it by any date. Your sadness shows "
        "how much you loved her. When you feel ready, you could tell somebody you trust what you need from them, even "
        "if it is only a hug. Until then, let yourself cry when the tears come, and keep something of her close to "
        "you. You are allowed to miss her for as long as you do.",
    ),
    (
        "I failed the same exam twice and I have not told anybody. I can't sleep and I keep thinking that I am stupid.",
        "I'm so sorry that you are carrying this alone. A secret like that is heavy, and it is no wonder that you "
        "can't sleep. It hurts to fail, and it hurts more when you are afraid of what others will think of you. But "
        "this does not make you stupid. It says that the exam is hard and that you have been under a lot of pressure. "
        "You have already shown that you care, because you tried again. You do not have to solve everything tonight. "
        "Perhaps you could tell one person whom you trust, and let them stand beside you. You deserve rest and "
        "support, and you are more than one exam.",
    ),
)
