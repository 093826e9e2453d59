"""The doors: public pages, cabinet and desk, programs. The only room that knows Streamlit and FastAPI; decides nothing itself."""
