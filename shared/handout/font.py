"""The typeface of user IDs and passwords: Atkinson Hyperlegible Mono, bold, cut to the characters that these have.

Copyright 2020-2024 The Atkinson Hyperlegible Mono Project Authors
(https://github.com/googlefonts/atkinson-hyperlegible-next-mono), SIL Open Font License 1.1: `docs/fonts/OFL.txt`.
`docs/fonts/README.md` says how it was cut; a test in `tests/browser/test_cards.py` that every password is set in it.
"""

from typing import Final

FAMILY: Final = "Atkinson Hyperlegible Mono"
WOFF2: Final = (  # base64
    "d09GMgABAAAAAA1sAAsAAAAAF7QAAA0dAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAABmAAgTARCAqkJJt+ATYCJAOBXgt6AAQgBYNEByAbURJRlC1a"
    "neKrA9uY/lAX4UDUGmNjyE5s+mMoJvSfcaO1e0u4xvg6Hor92ts9UUwi3sQTHvEo1khQmZtOIpTo1St/eH6bvS9/9R9MjKRiSKmAKJVS9ifEGoqJ"
    "BWgv4K5hXoV41a7aXeT6Sq8iB85p44FOqNGHEl2PDKBCFC/deGQXw5s3//298h8ewP///drXu2c80qCZJFqgBDLpcUbPu5i9QdzeYB5ZhDSRSBTx"
    "/72ZxP5DDLapsxC4qOYURwYOjz9MfwflnJlKhXzKU8D+c0BcUyYLGETDRIQV/Q/jC91t1txe/geUXiNDDInPXKoaQ6DIUUYMIohsFCVsAhP6vuao"
    "GFnZObjVa4YLCOoyaMhcYVZFaTSHudRpNPoRMkZ+g7JYq1GrlAq5VGLD4wsKE97aHAk5Igp6jOvoiGNb5dFeu0kbBRBWElLXGFOP6SDpJzahzMQ5"
    "MqOEuNGn5lORh21ikEgYMZ9IJpI2FeRnw43kzRgNFpAYhaTSupxNKsT422dzCvPJBUQmMU9UULBMka0no6huc7M1JG6myCDKZRA3UMm0X4sM15HS"
    "xzWQ8Fa4D1zYDxKHVcwH0+VeJLnCMASmWyTZYFgo9dprSPL8Okwfvfiei1jqsAoSxzWYTp+geFdX4TqYPq6t6XDUJ55ffB1Jni6+hmFwHQkQAUgh"
    "Ds6CBIhiBCxL6Yls/x1PnYHpdO9BhACzEgdS5zYYaMWCuERQK2zrug5rxzoxFAWhJIhluU3uNmKAANP2/N0kwjFiL+47tupLG3x+b+YuWuUrWGrj"
    "uHzZYapseKtDTeZ8b53tnC2HYEg2wFDY6QIBJS8MYoFJYxB6od/Bk3wYDpF+IkICYRLwpuyq/lVqTC2KfQe7kwBIHEsw2fKqL33uIIKs1Ql1KHX2"
    "ohDH1sGsx9bnWqpSfd6rKc/mnllj2+JZw0ScCZ5TvMv6RVtKCBBNHFmYb3kVqXSK/JLQdY1JvN0+flhHpydXg/BOR2+7FUjAEEgU/eEQYCkNAAi2"
    "wyf1324wyb0IsnzAVP/eZK8Gw3Ebo53KzbShNGZhhGRv1pcFEQu7kbIg8CIwrWYQjLaJpLL9cL274ICUOh3gn4gmdAgBJEBa5kWYzkugU6lwZluv"
    "lIULeG2S4+Qp1e6Tl+tLdz4stXA284K3nu1NucICZxdLQVvieaSaMOrNaZhWi8BNUZ8EOcPP0JpiHnhwdP5TQfLsd6y1IclC6Wtk5SZ2y0BCr/J6"
    "4AheID6IwHVXQQpIi+PoZ/GnTjFNaVtzYLBMC0wciPMUGn1GnBJdklIoEgHLT648ix3MR4dSJ/YgSfckTOe7QcI65kdIAEeywcq5q47nsdSq9OHT"
    "0DWbPeT5V59270OSdN0lf8u5CJwOpp9AkFsULJXtA4k6knoFSe5hegsSm7PnOdqNJ0XB2+6+bEXB1oxCvijsPCVbpc9PlEMUAoi8/s5Gkju2iunT"
    "ULSKk5ytlvnvWbuZtua1LAQKOy5pQOpA9R0MI9dxZo07IUSkH2alt7IPIpgak1Qc5J7s2IXY10YCRPwxc27Xqa6U4IsnTg4zF010PbNhZHXTBuTW"
    "uB89EHKJJzjzJIcd92zQMkjYZ9rSJ1FxwpBtfBz6D7128ZW1qqb2iQM3Sw0S8cPtA4numbqldc4wX+5WM5StK28Kvheb1b5ImTMdS7NX+0u3aBSp"
    "+KXCt9jsN8VJ0AQDO3Hb4tBg7WLC62+aa2E4o2WlpwVCs3JLr9MNjrYpRIXvT1wYFbCc8y3AtHSqfxKzvU6+s6tTnmj3zLOcyklZmSt7GfLa7Czf"
    "Y/3VymSgf+l0ovpueUL+D1AuXb/uq3XXww9U/FUxoEHPkMSAn7m8wrtBy6Ve+HB92QPXPzh7xVXAvHQ57UfqHd+X/Je8+2iRreE04C8d6v4U7RLs"
    "WRoloSPE0fYoCaiX7n9/LvezbT9bg/oloj0qtna63dauegv7ld9uvURhkVQrwZaKS4AG+rfh5szgIFCKVD/ydFV+aIvH4W6w6Ek+ujxeDmai7vqg"
    "t7muxMPqfUZY9ipjD/u//yowL/1rHROaW53N3jYz+eDmO4T/XP/HHpi5R1msI7nMKfAz9YkEOfEEFUwOZ6Kaz1DLZztsn6Gqz6KRzCWWL1DzF6Dg"
    "Ld9F622Jc2hiftsF61u+2xbeR3e9QWW0+VFr4s9o/aOdCfA1dIc85uCe5vs3kiR/V/Bk85NbYlEzHol19W1XberZnmBc6eds6uB4n5VQtq7r4ZdR"
    "9oMRSN2vwMi2+WcXKJB7kGoJ65SxpmblZNgwPCKzNzqddrdMZnc0VDHNowCHvkmTZrK+3hyfMtXVz+npxgnh46N85imeqbqGZ1lh8FKvRwUKq6KV"
    "CjZBc9hQPdXUVB0L68wiv/BqygLKWd9z2xV5lj9w/iirk2muarA5ZHK72+m0NwIXbJwxWCaaGu3xaYNDt1VkaqBHDLMN8+6VYm7hh2OC3FHVmarf"
    "ye8J2fRwJ/jw8qsiV7k1HQ0lxqPjdwkSDP32yPbLgeq00JtvrwiOV5zuEFNyv+a3/o7zJTU9Km3E49OOhJRVsoDoWK599qVmXd94eb2d3fZXpctm"
    "lMlsJpvdZgP4swtF9xz6covOLWbjOsMCs2ZGIpc77QjoizxYuitScvmDEeC6Z+xWxhcPFicWIqV/aHnm5lIbCDy7cO+ZCw9duPge86FbnrRYtoMu"
    "lTX/zepX4xFQxPeX7R4DFT90XfzDwuX9e/6LJE9b49TOTNSzK4qKj4u08XqWqbD4hEgDWn6YJ5vvPvzlFr3Lj3is6gGJQra1Bso6GC6DsNtiEYZY"
    "hw66TN5ORxES3Ue2M2TD7Ca6Ra5gmBpZrEaWqZCzYSFgveeG+Rz7Lv9Z1Csnm5qUE2GdhXqw6q+vowSZ3e1y2htkMnttfYPdCWi7ecYSgcUQHGgR"
    "ibVtOsVEU5NiskOvFzaJBnLs828x3qSTrGuTz36dmy3VOeob9A6JxOj2uIweMPfDWFEoPSkzFK3JU1cdp2tbhBKvYQWYoLqbaq8unhJdZ2NXCBdL"
    "82pf8JNriT6bWqG39XK0zhn5ypTosTaB5Gxh7qvKNnIwu8FkqNY7BrkgrLHmv6X6pzfSu21h27nIuXe4D3CDYwCBPe6hHukCxstw+HKpsXbDrv9s"
    "bq3FUg6+O/n99dMd6FTHdSvfg22D38dNraiqNaoOoIZAdPD7HcYAqg+AiseRfZ9M6FI0dOnte789hSySt6Fjt4G6ewZcwoYrHj795S0xGzpmu/Xl"
    "/zbVr39KQd04PTtn/Pw4NVs0DjSQ8tUeCm35awr17WUaZc9bIFPOGmcBMjW9bRqYwtZoZXOHJNkwVH/XrmC7ISJqxCVTHpew428Wg3w2u5VKXxU4"
    "q5xyXzNfTDv78LOia8g54+9J6lXjYY3FMeCoTrb4NTsH7XZG9J66tgZCyR7hYMyE5V9/t1TkAhorh8zl5HC+rsQlAw0M7mgxZiLDxsUdzcG27c2T"
    "zOEI+sdte0uwn/pM/puqgX66jxP5Ubryeo2vjy0ieZm2VgHlIBiMLQYy0WobfAMOCS+LAXN8ruX2hHO4UtgpYX92905JiS3hCZgHxVqfXiHc2hiM"
    "+WuFxjhQQ02Y5bTKdoqftIulrKKTdN52R6GsJFRSYSly06mfIFSBWXDHdjHLZexh1Ei9+VahwCRV6zxZT+l8CqsjOCEBketrB0333HBtx7aO6zXE"
    "vRcUqKA2xLFbDbOip0xlZdw7/igTF6WYvLtZ8xIBfjCuJ6eiznyeZlBu6qvzOPpnFMAEA5O46rpWD/0Kc19E7Wnp1ty1XfLgXwx+homXztZzFPpw"
    "jTpsthmH4jpXv0JrVVdrbVVyvUWl1lnBAijwx7+OowKggfWzcluXTWPwD/CdzKoKr1deo8Ll5d4qpoo/oA9orLauGXndBG/2bxrtryke74q/aLR/"
    "ruLKCgiywsJKQkFBnqmw0JwH1kaejzrz/qSUukVW03DEaLaOGk2jlqIFBefGQrGO1fArq/SIjc81rzI4PF33smaUAqoWDyAmapwHcHIct0Bu5ff2"
    "W9TFlwuk3a+oP7vpIf7qBMIX8NxY3APw0nO71+BMlu4gqhIEf4gzs0Oxj5Gs37theWb09aiDAib0Q4lSmMGHGvXgwQwFNqIAlTDAhjqIoEcrpMDN"
    "fWY3AmhEBVqghA0izMGTFiJAhty0CgR1eF0s2XsoxMczsQ0w0+EyUaslZYVgnds6RKKt7i0T3aJsDUGUN4FKVF1IVNgLEJXq0fhy3dYSYDFm3KyY"
    "Qf0GTGCSqQBpEsYKDuME9LKJxhEJbVRcnkcf7NDB4wQtZhhyfy67pwqTdTQeK7RGsYaHeLLHjmYyWWgDxrgcR6XAvjZhnDWplSvXRrSOk7pJ9TA5"
    "wuOxUvZbkX0NT8itVy7kW2IkBjSJUcgzUiUSI16uRFls0qatLSbEs4ZsLtcfFo5KjunMGPWdh+VkD85xKKXrUdWP4J28ImgNEAAAAA=="
)
