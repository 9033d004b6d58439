"""Signed by somebody else than who is asked, or in another place: the letter itself is untouched."""


def mutations(shop):
    sign, letter = shop.sign, shop.letter

    def both(first, second, boxes=("sign-head", "sign-referent"), **more):
        once = sign(letter, first, box=boxes[0], **more)
        return sign(once, second, field="Signature2", box=boxes[1], **more)
    yield "two-home-made", both("self", "self")
    yield "one-home-made", sign(letter, "self")
    yield "trusted-then-home-made", both("head", "self")
    yield "home-made-then-trusted", both("self", "referent")
    yield "impostor", sign(letter, "impostor")
    yield "impostor-second", both("head", "impostor")
    yield "issued-by-a-person", sign(letter, "under-person")
    yield "web-server", sign(letter, "web-server")
    yield "encipherment", sign(letter, "encipherment")
    yield "expired", sign(letter, "expired")
    yield "weak-digest", sign(letter, md="sha1")
    yield "weak-key", sign(letter, "rsa1024")
    yield "both-in-one-box", both("head", "referent", ("sign-head", "sign-head"))
    yield "both-in-one-box-side-by-side", sign(
        sign(letter, "head", place=(228, 180, 290, 260)), "referent", field="Signature2", place=(300, 180, 366, 260))
    yield "twice-in-one-box", both("head", "head", ("sign-head", "sign-head"))
    yield "in-a-box-to-write", sign(letter, box="write-priorities")
    yield "in-the-authority-s-box", sign(letter, box="sign-issuer")
    yield "over-two-boxes", sign(letter, place=(228, 180, 525, 260))
    yield "beside", sign(letter, place=(300, 400, 400, 450))
    yield "over-the-page", sign(letter, place=(10, 10, 580, 830))
    yield "first-page", sign(letter, place=(300, 100, 400, 150), page=0)
