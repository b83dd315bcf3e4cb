"""Everyday words of customers that are also, or are a slip away from, a town or street: names only when plainly meant."""

_TEXT = """
    traditional planet
    able about addition after again air airline airport alone always amazing another anyone apple apply arcade
    around auto away awful ayer bacon bank bar battery beach before being best better between bill billing black
    bland block border bottle bottom bowl branch brand breakfast brick bright broke broken brown browns buena bueno
    building burger burnt bus business butter button cable call calle called calls camera can cannot caramel cares
    carrier case cashier center chain chair charges charging chat chick chili city claim clean clear clerk closer
    coffee comida commercial community concerns cone connect cook corner corporate costs could count counter country
    cream create crispy crowd customer daily date day deals del delay dessert desserts digital dinner disgusting dog
    downtown drinking drive eaten either elevator end entrance equipo estuve every excellent exchange fails fair
    family far fast faster favorite fed feeling first fish floor folks force forced forget fountain franchise free
    french fresh friendly front fry frys full funny games gas gate gerente glass gloves going gracias great greet
    gross ground guess hamburger happy has havent health high highway holiday home hope hora horas horrible hospital
    hospitality hours house https huge industry international key kinds kitchen knows kudos lake landmark lanes
    large later laughing lemon level light lights limit line lines little lives lobby location long looks love loved
    lovely loves low lower lunch mad main major male malo man manager many map marked may maybe mayo met mid middle
    might mile miles mine minutes mobile money month moves mucho muy nasty never new nor normal normally nothing
    nunca office often oil old opens opportunity orange order other page par para park parked parts pass people
    peoples perro person persons pesimo pie piece pier pilot place placed places plain plane plans played pleasant
    please point pointed points popular por port portion post power price priced prices pride prime print prior
    professional promo protector provide public quality quick ranch reaching read reading real really red regarding
    register resort restaurant rice rich rid rings rock roll rough round route rude rushing sales sandwich
    sandwiches school score second section security seller service servicio shady shake shakes shame share she shirt
    shops short should shout shoutout side siempre signal signature since single situation slow small some someone
    something sound sounds south spotless staff stale standard star start starting starts state stated states
    station stations still stock stole stop store stores story strawberry stream street stuff sugar super supervisor
    surprise surprised table taken tartar tech technology telephone terrible texts thank thanks the their there
    these thing think third three threw tienda times today tower town track trade traffic train travel treat truth
    turn two usa value van view visited waited waiting waits walked wall wallet wash washing waste watching water
    weeks weight welcome well where which while white whole win window windows wise woman women wonder wonderful
    words work world worse worst worth would write writing wrong yesterday young zoo
"""
COMMON_WORDS = frozenset(_TEXT.split())
