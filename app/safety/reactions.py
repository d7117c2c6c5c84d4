"""How a post says that its writer, or somebody near, does not stand something or was told to keep away from it."""

import re

# Between a cue and a name stand other names of its list only.
BREAK = re.compile(r"[.;:!?]|\b(?:but|because|so|when|while|she|he|they|i)\b")
# Before a name: "allergic to NAME", "can't eat NAME"; between them may stand other names of a list.
BEFORE = re.compile(
    r"\b(?:allergic (?:reactions? )?to|allerg(?:y|ies) (?:to|are|is|include|like|against)|intoleran(?:t|ce|ces) (?:to"
    r"|of|for)|sensitiv(?:e|ity) to|reacts? (?:badly )?to"
    r"|anaphyla\w+ (?:to|from|after|with)|can't (?:have|eat|drink|tolerate|digest|touch|stomach|take|do|be around)"
    r"|can't (?:handle|process|cope with)|(?:doesn't|don't) tolerate|can't get away with|off all"
    r"|cannot (?:have|eat|drink|tolerate|digest|touch|take)"
    r"|can not (?:have|eat|drink|take)|not allowed (?:any |to (?:have|eat|drink) )?|mustn't (?:have|eat|drink)"
    r"|avoid(?:ing)?(?: all| any)?|(?:quit|gave up|off|given up|cut out|stopped (?:eating|drinking))"
    r"|doctor (?:said|told me) no|deathly afraid of|makes? me (?:sick|ill)[^.]{0,3}|swell(?:s|ed)? up (?:from|with"
    r"|after|when)|don't (?:eat|drink)|do not (?:eat|drink)"
    r"|banned(?: me from| all)?|forbidden(?: to)?|forbids?|warned (?:me )?(?:off|against)(?: all)?|told (?:me )?(?:no"
    r"|to avoid)"
    r"|(?:stay|keep|lay|been) off|(?:stay|keep) away from|steer clear of|(?:said|says) no|can no longer (?:have|eat"
    r"|drink)|no longer"
    r" (?:have|eat|drink)|react(?:ed|ing)? (?:badly )?to|swell(?:s)? from|can't do|don't get on with|can't get near"
    r"|no more|epipen for|carry an epipen (?:for|because of)|hospital(?:ised|ized)? (?:from|after eating)"
    r"|closes up (?:from|with|after))\b"
)
AFTER = re.compile(
    r"^(?:'?s)?(?: and [a-z]+| or [a-z]+)?(?: products?)?(?: an?)?(?: severe| bad| mild| serious| life threatening)?"
    r"(?: allerg(?:y|ies|ic)| intolerant| intolerance| sensitivity| free\b| makes? (?:me|him|her|us|them) (?:ill|sick"
    r"|swell|itch|bloated)"
    r"| gives? me (?:hives|a rash|cramps)| could kill| can kill| is dangerous| sends? me)"
)
NOT_SO = re.compile(
    r"\b(?:not|isn't|never been|no longer|aren't|wasn't|used to be|am not|nobody is|thought i was"
    r"|tested negative for|if i (?:was|were|get|got)|outgrew (?:my|the)|grew out of|without being)\b(?: \w+){0,2} ?$"
)
# A sentence with one of these tells of a reaction to what it names, however it puts that.
REACTION = re.compile(
    r"\b(?:allerg\w+|anaphyla\w+|epi ?pens?|hives|intoleran\w+|swell\w*|swollen|swelled|"
    r"(?:close[sd]?|shuts?|seals?) (?:up |down |off )?(?:my|his|her)|doubled? over|a e\b|(?:my|his|her|our) (?:throat"
    r"|lungs|lips|tongue"
    r"|face|airways?|eyes) (?:\w+ )?(?:clos\w+|shut\w*|itch\w*|burn\w*|blow\w*)"
    r"|(?:could|can|would|will|nearly|almost|might) (?:kill|killed|finish|finished) (?:me|him|her|my)\b"
    r"|in(?:to)? (?:hospital|intensive care|the er|a&e|a coma|an ambulance)|rash(?:es)?|wheez\w+|itch\w*"
    r"|even a (?:trace|crumb|drop|bite|speck|sniff)|trac(?:e|es) of|one (?:bite|crumb|sip|sting|nut)\b|antihistamines?"
    r"|send(?:s)? me to|sets? (?:me|it) off|makes? (?:me|him|her) (?:ill|sick|vomit|throw up)|making (?:me|him|her)"
    r" (?:ill|sick)|turns? me inside out|on the (?:loo|toilet) for)"
)
# What somebody told the writer to keep away from; whatever it is.
FORBIDDEN = re.compile(
    r"\b(?:allergic (?:reactions? )?to|allerg(?:y|ies) to|intoleran(?:t|ce) (?:to|of)|anaphyla\w+ (?:to|from|after)"
    r"|hives from|not allowed(?: to)?|forbidden|forbids?|forbade|mustn't|banned|warned (?:me |us )?(?:off|against)"
    r"|(?:told|said|says|told me|ordered|orders|warned)(?: \w+){0,2}? (?:no|no more|to avoid|not to|never to|avoid"
    r"|to stay (?:off|away from)|to keep (?:off|away from)|to steer clear of|to lay off|off limits|to give up|to quit"
    r"|to cut out|to stop))\b([^.;!?]{1,70})"
)
# The words of which `FORBIDDEN` and `ALLERGIES` need one.
FORBIDS = frozenset(
    (
        "allergic allergy allergies intolerant intolerance anaphylaxis anaphylactic hives allowed forbidden forbids"
        " forbade mustn't banned warned told said says ordered orders"
    ).split()
)
BEYOND = re.compile(
    r"\b(?:at|in|on|with|is|are|was|were|my|his|for|who|has|have|to|from|but|because|so|when|while|since|she|he|they|i"
    r"|i'm|it|it's|if|until|unless|which|that)\b"
)
ALLERGIES = re.compile(r"\b(?:allergic (?:reactions? )?to|allerg(?:y|ies) to|([a-z]{4,}) allerg(?:y|ies)\b)([^.;!?]*)")
# What nobody is literally allergic to, and words between names.
NO_FOOD = frozenset(
    """
    people person everyone everything anything something nothing someone himself herself myself yourself them this that
    these those most some many also plus even well almost nearly basically loads lots kind kinds sort sorts stuff things
    work school life love happiness exercise fun drama change commitment money emotion emotions feelings success being
    having getting with from about have like just very really other others certain severe severely mild food bad late
    apparently every which what where there seasonal winter summer spring family sister brother mother father daughter
    skin year years multiple various dangerous deadly serious life-threatening threatening too now products product
    alone loneliness myself hospital home bullshit dinner lunch party parents holiday weekend today
    tomorrow him her his hers their theirs your yours mine ours another both
    """.split()
)
NUMBERS = frozenset(
    (
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
        " eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred"
    ).split()
)
