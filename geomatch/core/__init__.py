"""What every room needs and no room owns. Pure: no Django, no database, no files of people.

errors        whose fault it is, as a tree of exceptions
phrases       a number with its noun; a fault as a sentence
yes_no        the words for yes and no
translation   words in the reader's language, from the catalogues
retelling     stored sentences, said again in that language
languages     names of languages by their codes
arrays        types of arrays
given         what callers hand over, checked
unique_rows   rows that occur, each once
curve         Morton order
sphere        great-circle distance of unit vectors, the same to the bit everywhere
geodesy       great-circle distance in degrees; a flat map of one town; a CRS for storage
proximity     who is next to whom; distance along streets
streetmap     streets laid out once, on which places are found at any time
hublabels     exact distances on a road graph, looked up
walks         those distances inside compiled kernels
checkwalks    the same walks for the independent check, sharing no code
jit           doors to numba
addresses     one US address, in its normal parts
spelling      what two spellings of one name share
masking       displaced points for public maps
palette       colours of pods
compression   bytes pressed into text, for sealed columns
"""
