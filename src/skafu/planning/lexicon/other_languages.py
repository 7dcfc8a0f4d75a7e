"""Frequent words by which a text betrays its language."""

from skafu.planning.lexicon import words

ENGLISH = words(
    """the a an and or of to in on at by for with from is are be been was were can must should will would may when if
    then that which who it they we you their his her its our your each every all not no as after before until have
    has do does want need use using how what this these those there than into over only also so them us i my new"""
)
FOREIGN = {
    "German": words(
    """der die das und ist sind wird werden ein eine einen einem einer nicht mit von zu zum zur auf fuer für wenn
    dann sie wir ich es den dem des im am bei nach oder auch kann können soll sollen muss müssen sich ihre ihr
    ihren haben hat als wie dass über aus noch nur kunden bestellen unser unsere"""
),
    "French": words(
    """le la les des et est sont un une du au aux avec pour dans sur par qui que quand si ils elles nous vous je
        leur leurs ses son sa peut peuvent doit être avoir ne pas ou ce cette en plus chaque clients d l"""
),
    "Spanish": words(
    """el la los las y es son un una unos del al con para por en que cuando si ellos nosotros yo su sus puede
        pueden debe ser estar tener no se lo más cada o este esta como clientes pedidos"""
),
    "Italian": words(
    """il lo la gli le e è sono un una dei della delle con per in su da che quando se loro noi io può possono deve
        essere avere non si ogni o questo questa come clienti ordini nel alla"""
),
    "Portuguese": words(
    """o a os as e é são um uma do da dos das com para por em no na que quando se eles nós eu pode podem deve ser
        ter não cada ou este esta como mais clientes pedidos"""
),
    "Dutch": words(
    """de het een en is zijn wordt worden niet met van voor naar op als dan zij wij ik je er in bij na of ook kan
        kunnen moet moeten hun haar hebben heeft dat over uit nog maar klanten"""
),
    "Polish": words(
    """i w na z do się jest są nie że to jak po co za od przez dla oraz lub gdy jeśli może mogą musi który która
        które ich jego jej klienci"""
),
    "Swedish": words(
    """och är ett en det som på av för med till den inte kan om när de vi jag ska från eller har att kunder"""
),
}  # fmt: skip
