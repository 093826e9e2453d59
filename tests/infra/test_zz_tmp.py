import time
from tests.infra.test_demo import *
from tests.infra.test_demo import _build, _in_order
def test_all_signed(database):
    for life in SIGNED:
        pass
    t=time.time()
    from models.process.errors import ManyInvalid
    try: _build(SIGNED)
    except ManyInvalid as e:
        print("FAULTS", [(x.field, str(x)) for x in e.errors]); raise
    print('took', time.time()-t)
    with database.transaction() as session:
        from collections import Counter
        print(Counter((c.stage,c.category) for c in session.exec(select(Application))))
        _in_order(session, SIGNED)
